// Dropping a file, and the charts, need scripts; the page is read without them.
export const csr = true;
