// Seeing the columns of a file, its progress, and dropping it need scripts; the form works without them.
export const csr = true;
