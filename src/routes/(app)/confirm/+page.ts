// The browser shows its dialog of passkeys by a script.
export const csr = true;
