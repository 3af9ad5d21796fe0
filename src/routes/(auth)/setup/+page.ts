// The hint about the password answers while one types.
export const csr = true;
