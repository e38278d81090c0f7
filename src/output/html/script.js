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
    // Contents by topic as they stand, or rearranged by date or folder.
    const lists = all('ol', contents).map((list) => [list, [...list.children]]);
    const groups = lists.map(([list]) => list.closest('details') || list);
    const rows = lists.flatMap(([, list]) => list);
    const keys = {
      date: (row) => (row.querySelector('time') || { dateTime: '9' }).dateTime,
      folder: (row) => row.dataset.folder || '',
    };
    const names = {
      date: (key) => (key === '9' ? 'No date' : key.slice(0, 10)),
      folder: (key) => key || 'Top folder',
    };
    const arrange = (by) => {
      const made_groups = all('.made', contents);
      for (const [list, children] of lists) list.append(...children);
      for (const group of made_groups) group.remove();
      if (by === 'topic') return contents.append(...groups);
      // What has no link belongs to the row above it.
      const blocks = [];
      for (const row of rows) {
        if (row.querySelector(':scope > a')) blocks.push([keys[by](row), [row]]);
        else if (blocks.length) blocks.at(-1)[1].push(row);
      }
      blocks.sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
      for (const group of groups) group.remove();
      let name, list, count;
      for (const [key, block] of blocks) {
        if (name !== names[by](key)) {
          name = names[by](key);
          const group = made('details', 'made', ''), head = made('summary', '', '');
          list = document.createElement('ol');
          count = made('span', 'count', '0');
          group.open = blocks.length <= 60;
          head.append(made('h3', '', name), ' ', count);
          group.append(head, list);
          contents.append(group);
        }
        list.append(...block);
        count.textContent = +count.textContent + 1;
      }
    };
    const order = made('fieldset', 'order', '');
    order.append(made('legend', '', 'Contents by'));
    for (const by of ['topic', 'date', 'folder']) {
      const choice = made('input', '', ''), name = made('label', '', '');
      Object.assign(choice, { type: 'radio', name: 'order', checked: by === 'topic' });
      choice.addEventListener('change', () => (arrange(by), input.dispatchEvent(new Event('input'))));
      name.append(choice, by === 'topic' && groups.every((group) => group.matches('ol')) ? 'number' : by);
      order.append(name, ' ');
    }
    box.after(order);
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
  addEventListener('keydown', (event) => {
    if (contents || event.ctrlKey || event.altKey || event.metaKey || event.target.matches('input:not([type=radio])')) return;
    const link = document.querySelector({ j: 'a[rel=next]', k: 'a[rel=prev]' }[event.key] || 'x-none');
    if (link) link.click();
  });
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
