// For the page of one of them, which may not reach two folders up.
export { fieldErrors, readerOf, typedFields, writerOf, type Typed } from '../portfolio-page.ts';
