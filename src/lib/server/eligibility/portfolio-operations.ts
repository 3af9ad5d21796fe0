import { getLab, getLabs, patchLab, postLab } from './labs-api.ts';

/** The operations on what a firm can prove, and on the register of laboratories, in the order in which they are read. */
export const PORTFOLIO_OPERATIONS = [getLabs, postLab, getLab, patchLab];
