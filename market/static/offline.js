// Pages seen last stay readable without a line; the rest is in offline-worker.js.
if ("serviceWorker" in navigator) navigator.serviceWorker.register("/offline-worker.js");
