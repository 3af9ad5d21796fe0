/** The process ends: what was asked says nothing about the source, and is asked again by the next process. */
export class Stopped extends Error {}
