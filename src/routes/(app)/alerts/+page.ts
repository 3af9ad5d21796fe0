// The inbox follows the stream of events: what happens elsewhere shows without a reload.
export const csr = true;
