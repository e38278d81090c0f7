"""What the small models of the parity fixtures are taught, and how: purely random models repeat one token up to the limit."""

import torch

EXAMPLES = 24


def example(generator: torch.Generator, words: range) -> tuple[list[int], list[int]]:
    """A source and its target: each id gives none, one or two others, with synonyms at random."""
    integer = lambda low, high: int(torch.randint(low, high, (1,), generator=generator))
    source = [integer(words.start, words.stop) for _ in range(integer(0, 14))]
    target = []
    for token in source:
        count = 0 if token % 5 == 0 else 2 if token % 7 == 0 else 1
        synonym = integer(0, 3) == 0
        target += [words[(token * 3 + step + 11 * synonym) % len(words)] for step in range(count)]
    return source, target


def padded(rows: list[list[int]], fill: int) -> torch.Tensor:
    longest = max(map(len, rows))
    return torch.tensor([row + [fill] * (longest - len(row)) for row in rows])


def fit(model, batch, steps: int, rate: float, mend=lambda: None) -> None:
    """Trains `model` on what `batch()` gives it; `mend` changes gradients before they are used."""
    model.train()
    optimizer = torch.optim.Adam(model.parameters(), lr=4e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps)
    for _ in range(steps):
        loss = model(**batch()).loss
        loss.backward()
        mend()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        schedule.step()
    print(f"trained: loss {loss.item():.3f}")


def sequences(model, generator: torch.Generator, words: range, source: tuple, target: tuple):
    """Batches for a model with an encoder; `source` and `target` are the marks before and after the words."""
    pad = model.config.pad_token_id

    def batch() -> dict:
        examples = [example(generator, words) for _ in range(EXAMPLES)]
        ids = padded([source[0] + row + source[1] for row, _ in examples], pad)
        labels = padded([target[0] + row + target[1] for _, row in examples], -100)
        return dict(input_ids=ids, attention_mask=(ids != pad).long(), labels=labels)

    return batch
