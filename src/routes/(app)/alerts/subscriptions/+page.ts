// Only a script can ask a browser to be told by push.
export const csr = true;
