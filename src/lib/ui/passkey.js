import { startAuthentication, startRegistration } from '@simplewebauthn/browser';

/** @param {string} step @param {unknown} body */
async function ask(step, body) {
  const answer = await fetch(`/passkey/${step}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.message);
  return told;
}

/** Shows the browser's dialog for a new passkey and keeps it under this name. @param {string} name */
export async function registerPasskey(name) {
  const response = await startRegistration({ optionsJSON: await ask('register-options', {}) });
  await ask('register', { response, name });
}

/** Shows the browser's dialog of the passkeys that it knows for this address, and signs in. */
export async function signInByPasskey() {
  const response = await startAuthentication({ optionsJSON: await ask('sign-in-options', {}) });
  await ask('sign-in', { response });
}
