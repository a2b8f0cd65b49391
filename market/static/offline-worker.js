// What was seen last stays readable while there is no line, and what could not be sent says so. Pages of the
// account and of the department are never kept; signing in or out forgets all others (docs/privacy.md).
const PAGES = "pages", FILES = "files";
const MOST = 40, LONGEST = 7 * 24 * 3600 * 1000;
const NEVER = /^\/(account|department|language|api|healthz|readyz|metrics)(\/|$)/;
const FORGETS = /^\/account\/(sign-in|sign-out|reset|open)(\/|$)/;
const OFFLINE = "/offline", NOT_SENT = "/offline?sent=no";

self.addEventListener("install", (event) => {
  event.waitUntil(prepare());
  self.skipWaiting();
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(request.method === "GET" ? read(request, url) : send(request, url));
  else if (request.method === "GET" && url.pathname.startsWith("/static/")) event.respondWith(file(request));
});

async function read(request, url) {
  let answer;
  try {
    answer = await fetch(request);
  } catch {
    return await kept(url) ?? (await caches.match(OFFLINE));
  }
  if (mayKeep(url, answer)) await keep(url, answer.clone());
  // What is there no more, or for somebody else, is not read without a line either; a fault takes nothing away.
  else if (answer.status < 500) await (await caches.open(PAGES)).delete(url.href, { ignoreVary: true });
  if (url.pathname.startsWith("/language/")) await prepare();
  return answer;
}

async function prepare() {
  await (await caches.open(FILES)).addAll([OFFLINE, NOT_SENT]);
}

async function send(request, url) {
  if (FORGETS.test(url.pathname)) await caches.delete(PAGES);
  try {
    return await fetch(request);
  } catch {
    return await caches.match(NOT_SENT);
  }
}

// A file's address names its contents, so what is kept is never old.
async function file(request) {
  const found = await caches.match(request);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok) {
    const files = await caches.open(FILES), name = new URL(request.url).pathname;
    for (const old of await files.keys()) if (new URL(old.url).pathname === name) await files.delete(old);
    await files.put(request, answer.clone());
  }
  return answer;
}

function mayKeep(url, answer) {
  return answer.ok && answer.type === "basic" && !NEVER.test(url.pathname)
    && (answer.headers.get("Content-Type") ?? "").startsWith("text/html")
    && !(answer.headers.get("Cache-Control") ?? "").includes("no-store");
}

async function keep(url, answer) {
  const pages = await caches.open(PAGES);
  await pages.delete(url.href, { ignoreVary: true });
  await pages.put(url.href, answer);
  const all = await pages.keys();
  for (const one of all.slice(0, Math.max(0, all.length - MOST))) await pages.delete(one, { ignoreVary: true });
}

// A kept page says of when it is: the words stand in every page, hidden.
async function kept(url) {
  const pages = await caches.open(PAGES), found = await pages.match(url.href, { ignoreVary: true });
  if (!found) return undefined;
  const at = new Date(found.headers.get("Date"));
  if (Date.now() - at > LONGEST) return undefined;
  const text = await found.text(), tongue = text.match(/<html lang="(\w+)"/)?.[1] ?? "vi";
  const moment = at.toLocaleString(tongue === "en" ? "en-GB" : "vi-VN", { timeZone: "Asia/Ho_Chi_Minh", dateStyle: "short", timeStyle: "short" });
  const told = text.replace(/<p id="offline" hidden>([^<]*)<time><\/time>/, (_, words) => `<p id="offline" class="notice" role="status">${words}<time>${moment}</time>`);
  return new Response(told, { headers: found.headers });
}
