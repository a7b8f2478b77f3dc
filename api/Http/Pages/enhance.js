'use strict';

// Asks before what cannot be undone. The server refuses what may not be done, asked or not.
document.addEventListener('submit', event => {
  const question = event.target.dataset.confirm;
  if (question && !window.confirm(question)) {
    event.preventDefault();
  }
});

// Narrows a list while one types; the form around the field searches on the server.
for (const field of document.querySelectorAll('input[data-filters]')) {
  const rows = [...document.querySelectorAll(`#${field.dataset.filters} > *`)];
  field.addEventListener('input', () => {
    const sought = field.value.trim().toLowerCase();
    for (const row of rows) {
      row.hidden = sought !== '' && !row.textContent.toLowerCase().includes(sought);
    }
  });
}

// Opens a branch of the hierarchy in place; without this the link leads to the branch.
document.addEventListener('click', async event => {
  const opener = event.target.closest('a[data-opens]');
  if (!opener || event.ctrlKey || event.metaKey || event.shiftKey) {
    return;
  }

  event.preventDefault();
  const item = opener.closest('li');
  const open = item.querySelector(':scope > ul');
  if (open) {
    open.hidden = !open.hidden;
    opener.setAttribute('aria-expanded', String(!open.hidden));
    return;
  }

  try {
    const answer = await fetch(opener.href, { headers: { Accept: 'text/html' } });
    const branch = answer.ok ? new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('#branch') : null;
    if (!branch) {
      throw new Error('no branch');
    }

    branch.removeAttribute('id');
    item.append(document.adoptNode(branch));
    opener.setAttribute('aria-expanded', 'true');
  } catch {
    window.location.assign(opener.href);
  }
});

// Copies what is shown once.
for (const button of document.querySelectorAll('button[data-copies]')) {
  button.hidden = false;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).textContent.trim());
    button.textContent = 'Copied';
  });
}

// What opens an invitation or a reset stands behind the '#', which is sent to nobody; it goes into the form, and off the address.
for (const field of document.querySelectorAll('input[data-fragment]')) {
  if (window.location.hash.length > 20 && field.value === '') {
    field.value = window.location.hash.slice(1);
    window.history.replaceState(null, '', window.location.pathname + window.location.search);
  }
}

// Shows what a run writes as it comes, and how far it is; without this the page shows what there was when it was loaded.
for (const log of document.querySelectorAll('pre[data-follows]')) {
  log.scrollTop = log.scrollHeight;
  const source = new EventSource(`${log.dataset.follows}?after=${log.dataset.after}`);
  source.addEventListener('message', event => {
    const line = JSON.parse(event.data);
    const isAtEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - 8;
    const text = document.createElement('span');
    text.className = line.stream === 'stderr' ? 'fault' : '';
    text.textContent = `${line.text}\n`;
    log.append(text);
    if (isAtEnd) {
      log.scrollTop = log.scrollHeight;
    }
  });
  source.addEventListener('state', event => {
    const state = JSON.parse(event.data);
    document.querySelector('[data-run-state]').textContent = state.words;
    if (state.percent !== null) {
      document.querySelector('[data-run-progress]').value = state.percent;
      document.querySelector('[data-run-message]').textContent = `${state.percent} % ${state.message ?? ''}`.trim();
    }
  });
  source.addEventListener('end', () => {
    source.close();

    // What was said of its start is over, too.
    window.history.replaceState(null, '', window.location.pathname);
    window.location.reload();
  });
}
