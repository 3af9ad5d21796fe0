import type { XmlElement } from './xml-tree.ts';

/** Vocabularies whose elements are named like a feed's own and mean something else. */
export const FOREIGN =
  /itunes|search\.yahoo\.com\/mrss|^media$|georss|opengis|xmlns\.com\/foaf|webns\.net|w3\.org\/1999\/xhtml|purl\.org\/(dc|rss\/1\.0\/modules)|slash|wfw|trackback|creativecommons|openSearch|podcastindex|rawvoice|microsoft\.com|google\.com/i;
export const DC = /purl\.org\/dc\/(elements|terms)|^dc(terms)?$/i;
export const CONTENT = /purl\.org\/rss\/1\.0\/modules\/content|^content$/i;
export const ITUNES = /itunes/i;
export const MEDIA = /search\.yahoo\.com\/mrss|^media$/i;
export const XHTML = /w3\.org\/1999\/xhtml|^xhtml$/i;
export const FEEDBURNER = /feedburner/i;
const RDF_NAMESPACE = /w3\.org\/1999\/02\/22-rdf-syntax-ns/;

export type Vocabulary = 'own' | RegExp;

/** The children of this name in one vocabulary, in order. */
export function named(element: XmlElement, name: string, vocabulary: Vocabulary = 'own'): XmlElement[] {
  return element.children.filter(
    (child) =>
      child.name === name &&
      (vocabulary === 'own'
        ? !FOREIGN.test(child.namespace) || RDF_NAMESPACE.test(child.namespace)
        : vocabulary.test(child.namespace)),
  );
}

/** The text of the first of these children that has any. */
export function textNamed(element: XmlElement, name: string, vocabulary: Vocabulary = 'own'): string | null {
  for (const child of named(element, name, vocabulary)) {
    const text = child.text.trim();
    if (text !== '') return text;
  }
  return null;
}
