import { createContext } from 'svelte';
import type { Formats } from './format.ts';
import type { Language, Text } from './text.ts';

/** What a component of a page needs to speak to its reader. Set once by the root layout. */
export type View = { text: Text; language: Language; format: Formats };

export const [getView, setView] = createContext<View>();
