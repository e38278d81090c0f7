(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const made = (tag, name, text) => Object.assign(document.createElement(tag), { className: name, textContent: text });
  const articles = all('main > article');
  const contents = document.querySelector('.contents');
  if (contents) {
    const box = made('p', 'find', ''), label = made('label', '', 'Filter '), input = made('input', '', '');
    input.type = 'search';
    label.append(input);
    box.append(label);
    contents.querySelector('h2').after(box);
    const texts = new Map();
    const text = (row, article) => {
      if (!texts.has(row)) texts.set(row, (row.textContent + ' ' + (article ? article.textContent : '')).toLowerCase());
      return texts.get(row);
    };
    input.addEventListener('input', () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = true;
      for (const row of all('li', contents)) {
        const link = row.querySelector(':scope > a');
        const article = link && document.getElementById(link.hash.slice(1));
        if (link) shown = words.every((word) => text(row, article).includes(word));
        row.hidden = !shown;
        if (article) article.hidden = !shown;
      }
      for (const group of all('details', contents)) {
        group.hidden = !group.querySelector('li:not([hidden])');
        if (words.length) group.open = true;
      }
    });
    addEventListener('keydown', (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.target.matches('input:not([type=radio])')) return;
      const step = { j: 1, k: -1 }[event.key];
      if (!step) return;
      const shown = articles.filter((article) => article.offsetParent);
      const below = shown.filter((article) => article.getBoundingClientRect().top > 8);
      const above = shown.filter((article) => article.getBoundingClientRect().top < -8);
      const next = step > 0 ? below[0] : above.at(-1);
      if (next) next.scrollIntoView();
    });
  }
  const copied = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = made('textarea', '', '');
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand('copy');
      area.remove();
    }
  };
  const part = (element, selector) => (element.querySelector(selector) || { textContent: '' }).textContent.trim();
  for (const article of all('article[data-cite]')) {
    const button = made('button', 'cite', 'Copy with citation');
    button.title = 'Copies the sentences that are selected, or else the summary, in both languages';
    button.type = 'button';
    button.addEventListener('mousedown', (event) => event.preventDefault());
    button.addEventListener('click', () => {
      const selection = getSelection();
      let parts = selection.isCollapsed ? [] : all('.pair', article).filter((pair) => selection.containsNode(pair, true));
      if (!parts.length) parts = all('.summary li', article);
      if (!parts.length) parts = all('.pair', article).slice(0, 1);
      const lines = parts.map((one) => (part(one, '.en > p') || part(one, '.en')) + '\n' + part(one, '.original'));
      copied(lines.concat('— ' + article.dataset.cite).join('\n\n'));
      button.textContent = 'Copied';
      setTimeout(() => (button.textContent = 'Copy with citation'), 1500);
    });
    article.querySelector('header').append(button);
  }
})();
