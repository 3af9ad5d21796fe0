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

/**
 * The children of this name in one vocabulary, in order. As a feed's own count those of any vocabulary that is
 * not known to mean something else; those of the element's own namespace come first, because modules that
 * nobody knows have descriptions and links too.
 */
export function named(element: XmlElement, name: string, vocabulary: Vocabulary = 'own'): XmlElement[] {
  const found = element.children.filter(
    (child) =>
      child.name === name &&
      (vocabulary === 'own'
        ? !FOREIGN.test(child.namespace) || RDF_NAMESPACE.test(child.namespace)
        : vocabulary.test(child.namespace)),
  );
  return vocabulary === 'own' ? ownFirst(found, element) : found;
}

/** Those of the namespace of the element around them before all others. */
export function ownFirst(children: readonly XmlElement[], { namespace }: XmlElement): XmlElement[] {
  const is_own = (child: XmlElement) => child.namespace === namespace;
  return [...children.filter(is_own), ...children.filter((child) => !is_own(child))];
}

/** The text of the first of these children that has any. */
export function textNamed(element: XmlElement, name: string, vocabulary: Vocabulary = 'own'): string | null {
  for (const child of named(element, name, vocabulary)) {
    const text = child.text.trim();
    if (text !== '') return text;
  }
  return null;
}
