// Improvements only: every page does its work without this.
'use strict';
(() => {
  // A second tap must not send twice.
  for (const form of document.querySelectorAll('form')) {
    form.addEventListener('submit', () => {
      const buttons = form.querySelectorAll('.button, .pill');
      setTimeout(() => { for (const button of buttons) button.disabled = true; }, 0);
    });
  }
  for (const button of document.querySelectorAll('.print')) {
    button.hidden = false;
    button.addEventListener('click', () => print());
  }
  // A browser does not say by itself that a frame has the focus.
  for (const frame of document.querySelectorAll('.look')) {
    const mark = () => frame.classList.toggle('here', document.activeElement === frame);
    addEventListener('blur', () => setTimeout(mark, 0));
    addEventListener('focus', mark);
  }
  // What is typed is kept now and then, so that nothing of it is lost with the page.
  for (const form of document.querySelectorAll('form[data-draft]')) {
    const field = form.querySelector('textarea');
    const saved = form.querySelector('.saved');
    if (!form.dataset.draft || !field) continue;
    let kept = field.value;
    let timer = 0;
    let sending = false;
    const keep = async () => {
      clearTimeout(timer);
      timer = 0;
      if (sending || field.value === kept) return;
      const words = field.value;
      const body = new FormData();
      for (const name of ['form', 'lang', 'once', 'from']) body.append(name, form.elements[name].value);
      body.append('text', words);
      const answer = await fetch(form.dataset.draft, { method: 'POST', body, keepalive: words.length < 15000 })
        .catch(() => ({ ok: false }));
      if (!answer.ok) {
        if (!timer && answer.status !== 403 && answer.status !== 404) timer = setTimeout(keep, 5000);
        return;
      }
      kept = words;
      if (saved) saved.hidden = false;
      document.dispatchEvent(new Event('kept'));
    };
    field.addEventListener('input', () => { if (!timer) timer = setTimeout(keep, 5000); });
    form.addEventListener('submit', () => { sending = true; });
    document.addEventListener('visibilitychange', () => { if (document.hidden) keep(); });
  }
  // A page that nobody uses says so before its session ends, and then shows nothing any more.
  for (const bar of document.querySelectorAll('.idle')) {
    const stay = bar.querySelector('a');
    let end = 0;
    const begin = () => { end = Date.now() + bar.dataset.seconds * 1000; bar.hidden = true; };
    const look = () => {
      const left = end - Date.now();
      if (left <= 0) {
        document.body.hidden = true;
        location.replace(stay.href);
      } else if (left <= 60000) {
        bar.hidden = false;
      }
    };
    stay.addEventListener('click', async (event) => {
      event.preventDefault();
      // What she has typed stays where it is.
      const answer = await fetch(stay.href, { method: 'HEAD' }).catch(() => ({ ok: false }));
      if (answer.ok) begin(); else location.replace(stay.href);
    });
    begin();
    document.addEventListener('kept', begin);
    setInterval(look, 1000);
    document.addEventListener('visibilitychange', look);
  }
  // A page that comes back by the Back button after signing out must not show anything.
  addEventListener('pageshow', (event) => { if (event.persisted) location.reload(); });
})();

// Passkeys: the forms stay hidden where the browser knows none, and the question does the work.
(() => {
  if (!window.PublicKeyCredential) return;
  const octets = (text) => Uint8Array.from(
    atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  const listed = (form) => (form.dataset.credentials || '').split(' ').filter(Boolean)
    .map((id) => ({ type: 'public-key', id: octets(id) }));
  const shown = (form) => navigator.credentials.get({ publicKey: {
    challenge: octets(form.dataset.challenge), allowCredentials: listed(form),
    userVerification: 'required' } });
  const made = (form) => navigator.credentials.create({ publicKey: {
    challenge: octets(form.dataset.challenge), rp: { name: form.dataset.name },
    user: { id: octets(form.dataset.user), name: form.dataset.name, displayName: form.dataset.name },
    pubKeyCredParams: [{ type: 'public-key', alg: -7 }, { type: 'public-key', alg: -257 }],
    excludeCredentials: listed(form), attestation: 'none',
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' } } });
  for (const form of document.querySelectorAll('form.key')) {
    form.hidden = false;
    const offer = form.closest('.key-offer');
    if (offer) offer.hidden = false;
    let ready = false;
    form.addEventListener('submit', async (event) => {
      if (ready) return;
      event.preventDefault();
      const button = form.querySelector('.button');
      try {
        const key = await (form.dataset.user ? made(form) : shown(form));
        const said = key.response;
        const fields = { id: text(key.rawId), client: text(said.clientDataJSON),
          data: text(said.attestationObject || said.authenticatorData),
          signature: said.signature ? text(said.signature) : '' };
        for (const name of Object.keys(fields)) {
          const field = document.createElement('input');
          field.type = 'hidden'; field.name = name; field.value = fields[name];
          form.append(field);
        }
        ready = true;
        form.submit();
      } catch (_) {
        // She changed her mind, or there is no key here: the question stands below.
        setTimeout(() => { button.disabled = false; }, 0);
      }
    });
  }
})();
