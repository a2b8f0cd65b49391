// A form that a security key fills in: what is asked of the key stands in data-asked, its answer goes into the
// field "key". Bytes are Base64 for addresses on the way to and from the market. What only those see who can use
// no key here is data-without-key.
const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

function asked(form) {
  const options = JSON.parse(form.dataset.asked);
  options.challenge = bytes(options.challenge);
  if (options.user) options.user.id = bytes(options.user.id);
  for (const one of [...(options.excludeCredentials ?? []), ...(options.allowCredentials ?? [])]) one.id = bytes(one.id);
  return { publicKey: options };
}

function written(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response });
}

async function ask(form) {
  const said = form.querySelector("[data-refused]");
  said.textContent = said.dataset.waiting;
  try {
    const credential = form.dataset.does === "create"
      ? await navigator.credentials.create(asked(form)) : await navigator.credentials.get(asked(form));
    form.elements.key.value = written(credential);
    form.submit();  // past the listener below
  } catch (error) {
    said.textContent = error.name === "InvalidStateError" ? said.dataset.known : said.dataset.refused;
  }
}

if (window.PublicKeyCredential) {
  for (const one of document.querySelectorAll("[data-without-key]")) one.hidden = true;
  for (const form of document.querySelectorAll("form[data-asked]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => { event.preventDefault(); ask(form); });
  }
}
