// Improvements only: every page does its work without this.
'use strict';
(() => {
  // A second tap must not send twice.
  for (const form of document.querySelectorAll('form')) {
    form.addEventListener('submit', () => {
      const button = form.querySelector('.button');
      if (button) setTimeout(() => { button.disabled = true; }, 0);
    });
  }
  // A page that comes back by the Back button after signing out must not show anything.
  addEventListener('pageshow', (event) => { if (event.persisted) location.reload(); });
})();
