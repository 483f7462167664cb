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
  // A page that comes back by the Back button after signing out must not show anything.
  addEventListener('pageshow', (event) => { if (event.persisted) location.reload(); });
})();
