// Dropping a file and seeing its progress need scripts; the form works without them.
export const csr = true;
