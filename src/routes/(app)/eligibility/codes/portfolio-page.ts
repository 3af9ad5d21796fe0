// For the page of one of them, which may not reach two folders up.
export { readerOf } from '../portfolio-page.ts';
