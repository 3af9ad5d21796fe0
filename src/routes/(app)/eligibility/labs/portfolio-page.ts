// For the page of one of them, which may not reach two folders up.
export { fieldErrors, registerReader, typedFields } from '../portfolio-page.ts';
