import { baseOf } from './entry-links.ts';
import { withAbsoluteUrls } from './markup.ts';
import { constructOf, plainOf, type Construct } from './text-construct.ts';
import { named, type Vocabulary } from './vocabulary.ts';
import type { XmlElement, XmlTree } from './xml-tree.ts';

/** The first text under one of these names that has something to read or to see. */
export function constructNamed(
  tree: XmlTree,
  element: XmlElement,
  names: readonly string[],
  vocabulary: Vocabulary = 'own',
): Construct | null {
  for (const name of names)
    for (const child of named(element, name, vocabulary)) {
      const construct = basedConstruct(tree, child);
      if (construct && plainOf(construct) !== '') return construct;
      if (construct?.html && /<(img|video|audio|embed|iframe|a)\b/i.test(construct.html)) return construct;
    }
  return null;
}

/** A text whose links are resolved against an `xml:base` of its own, or of the one element that it consists of. */
function basedConstruct(tree: XmlTree, element: XmlElement): Construct | null {
  // Of several forms of one text (Atom 0.3) the first is as good as the others.
  const form = /^multipart\//i.test(element.attributes.type ?? '') ? named(element, element.name)[0] : null;
  if (form) return basedConstruct(tree, form);
  const construct = constructOf(tree, element);
  const [only] = element.children;
  const based = element.children.length === 1 && only?.attributes['xml:base'] ? only : element;
  if (!construct || !based.attributes['xml:base']) return construct;
  return { ...construct, html: withAbsoluteUrls(construct.html, baseOf(based, null)) };
}
