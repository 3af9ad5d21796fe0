import { load } from 'cheerio';

/**
 * What the public schema of Akoma Ntoso 3.0 (akomantoso30.xsd of OASIS LegalDocML, final release of 2017-03-30)
 * says of the elements that we write: which children, in which order, how often, and which attributes are
 * required. Held line by line against its types hierarchicalStructure, bodyType, basehierarchy, hierarchy,
 * blocksreq, coreProperties, work-, expr- and manifProperties and its elements meta, identification and table.
 * An eId is stricter here: the schema leaves it to the naming convention, which asks for it.
 */
type Child = readonly [names: string, times: '1' | '?' | '*' | '+'];
type Model = { children: readonly Child[]; attributes: readonly string[]; has_text?: boolean };

const CORE: readonly Child[] = [
  ['FRBRthis', '1'],
  ['FRBRuri', '+'],
  ['FRBRalias', '*'],
  ['FRBRdate', '+'],
  ['FRBRauthor', '+'],
  ['componentInfo', '?'],
  ['preservation', '?'],
];
const empty = (...attributes: string[]): Model => ({ children: [], attributes });
const inline = (...attributes: string[]): Model => ({ children: [], attributes, has_text: true });
const BLOCKS: readonly Child[] = [['p table', '+']];
const HIERARCHY: Model = {
  attributes: ['eId'],
  children: [
    ['num', '?'],
    ['heading', '?'],
    ['subheading', '?'],
    ['intro', '?'],
    ['content section subsection paragraph', '+'],
  ],
};

const MODELS: Record<string, Model> = {
  akomaNtoso: {
    children: [
      ['act', '1'],
      ['components', '?'],
    ],
    attributes: ['xmlns'],
  },
  act: {
    children: [
      ['meta', '1'],
      ['coverPage', '?'],
      ['preface', '?'],
      ['preamble', '?'],
      ['body', '1'],
      ['conclusions', '?'],
      ['attachments', '?'],
      ['components', '?'],
    ],
    attributes: ['name'],
  },
  meta: {
    children: [
      ['identification', '1'],
      ['publication', '?'],
      ['classification', '*'],
      ['lifecycle', '*'],
      ['workflow', '*'],
      ['analysis', '*'],
      ['temporalData', '*'],
      ['references', '*'],
      ['notes', '*'],
      ['proprietary', '*'],
      ['presentation', '*'],
    ],
    attributes: [],
  },
  identification: {
    children: [
      ['FRBRWork', '1'],
      ['FRBRExpression', '1'],
      ['FRBRManifestation', '1'],
      ['FRBRItem', '?'],
    ],
    attributes: ['source'],
  },
  FRBRWork: {
    children: [
      ...CORE,
      ['FRBRcountry', '1'],
      ['FRBRsubtype', '?'],
      ['FRBRnumber', '*'],
      ['FRBRname', '*'],
      ['FRBRprescriptive', '?'],
      ['FRBRauthoritative', '?'],
    ],
    attributes: [],
  },
  FRBRExpression: {
    children: [
      ...CORE,
      ['FRBRversionNumber', '?'],
      ['FRBRauthoritative', '?'],
      ['FRBRmasterExpression', '?'],
      ['FRBRlanguage', '+'],
      ['FRBRtranslation', '*'],
    ],
    attributes: [],
  },
  FRBRManifestation: {
    children: [...CORE, ['FRBRportion', '?'], ['FRBRformat', '?']],
    attributes: [],
  },
  FRBRthis: empty('value'),
  FRBRuri: empty('value'),
  FRBRalias: empty('value', 'name'),
  FRBRdate: empty('date', 'name'),
  FRBRauthor: empty('href'),
  FRBRcountry: empty('value'),
  FRBRsubtype: empty('value'),
  FRBRnumber: empty('value'),
  FRBRname: empty('value'),
  FRBRprescriptive: empty('value'),
  FRBRauthoritative: empty('value'),
  FRBRversionNumber: empty('value'),
  FRBRlanguage: empty('language'),
  FRBRtranslation: empty('href', 'fromLanguage', 'by'),
  FRBRformat: empty('value'),
  lifecycle: { children: [['eventRef', '+']], attributes: ['source'] },
  eventRef: empty('date', 'source', 'type'),
  references: { children: [['TLCOrganization TLCRole', '+']], attributes: ['source'] },
  TLCOrganization: empty('eId', 'href', 'showAs'),
  TLCRole: empty('eId', 'href', 'showAs'),
  proprietary: {
    children: [
      ['gl:version', '1'],
      ['gl:relation', '*'],
      ['gl:provision', '*'],
    ],
    attributes: ['source'],
  },
  'gl:version': empty(),
  'gl:relation': empty(),
  'gl:provision': empty(),
  preface: { children: [['p', '+']], attributes: [] },
  body: { children: [['section', '+']], attributes: [] },
  section: HIERARCHY,
  subsection: HIERARCHY,
  paragraph: HIERARCHY,
  num: inline(),
  heading: inline(),
  intro: { children: BLOCKS, attributes: [] },
  content: { children: BLOCKS, attributes: [] },
  p: { children: [['docNumber docTitle', '*']], attributes: [], has_text: true },
  docNumber: inline(),
  docTitle: inline(),
  table: {
    children: [
      ['caption', '?'],
      ['tr', '+'],
    ],
    attributes: [],
  },
  tr: { children: [['th td', '+']], attributes: [] },
  td: { children: [['p', '+']], attributes: [] },
};

/** What the attribute may say: statusType and eventType of the schema, and xsd:boolean and xsd:date. */
const STATUS =
  /^(?:removed|temporarilyRemoved|translated|editorial|edited|verbatim|incomplete|unknown|undefined|ignored)$/;
const VALUES: Record<string, RegExp> = {
  'section status': STATUS,
  'subsection status': STATUS,
  'paragraph status': STATUS,
  'eventRef type': /^(?:generation|amendment|repeal)$/,
  'eventRef date': /^\d{4}-\d{2}-\d{2}(?:T.+)?$/,
  'FRBRdate date': /^\d{4}-\d{2}-\d{2}(?:T.+)?$/,
  'FRBRprescriptive value': /^(?:true|false)$/,
  'FRBRauthoritative value': /^(?:true|false)$/,
};

/** A hierarchical element holds one content, or other hierarchical elements; an intro only before the latter. */
const EITHER = ['section', 'subsection', 'paragraph'];

type Element = { type: string; name: string; attribs: Record<string, string>; children: readonly unknown[] };

/** What the schema would refuse, one sentence each; also text that is no well-formed XML. */
export function aknProblems(xml: string): string[] {
  const $ = load(xml, { xml: { xmlMode: true, decodeEntities: false } });
  const back = $.xml()
    .replace(/\s+\/>/g, '/>')
    .trim();
  const problems = back === xml.trim() ? [] : ['the text is not well-formed: it reads back differently'];
  const ids = new Set<string>();
  const visit = (element: Element) => {
    const model = MODELS[element.name];
    if (!model) {
      problems.push(`there is no element ${element.name}`);
      return;
    }
    for (const name of model.attributes)
      if (!(name in element.attribs)) problems.push(`${element.name} lacks ${name}`);
    for (const [name, value] of Object.entries(element.attribs))
      if (VALUES[`${element.name} ${name}`]?.test(value) === false)
        problems.push(`${element.name} cannot have ${name} ${value}`);
    const { eId } = element.attribs;
    if (eId !== undefined && ids.has(eId)) problems.push(`two elements have the id ${eId}`);
    if (eId !== undefined) ids.add(eId);
    if (eId !== undefined && !/^\S+$/.test(eId)) problems.push(`the id ${eId} holds a blank`);
    const children = element.children.filter(isElement);
    const order = orderProblem(
      children.map(({ name }) => name),
      model.children,
    );
    if (order) problems.push(`${element.name}: ${order}`);
    if (EITHER.includes(element.name)) problems.push(...contentProblems(element.name, children));
    if (!model.has_text && element.children.some((child) => isText(child) && child.data.trim() !== ''))
      problems.push(`${element.name} holds text`);
    children.forEach(visit);
  };
  $.root().children().toArray().filter(isElement).forEach(visit);
  return problems;
}

function contentProblems(name: string, children: readonly Element[]): string[] {
  const contents = children.filter((child) => child.name === 'content').length;
  const inner = children.filter((child) => EITHER.includes(child.name)).length;
  const has_intro = children.some((child) => child.name === 'intro');
  return [
    ...(contents > 1 || (contents === 1 && inner > 0) ? [`${name} holds content beside other parts`] : []),
    ...(has_intro && contents > 0 ? [`${name} has an intro before its content`] : []),
  ];
}

function orderProblem(names: readonly string[], children: readonly Child[]): string | null {
  let at = 0;
  for (const [allowed, times] of children) {
    const choices = allowed.split(' ');
    let count = 0;
    while (at < names.length && choices.includes(names[at] ?? '')) {
      at += 1;
      count += 1;
      if (times === '1' || times === '?') break;
    }
    if (count === 0 && (times === '1' || times === '+'))
      return `${allowed} is missing before ${names[at] ?? 'the end'}`;
  }
  return at < names.length ? `${names[at]} does not belong there` : null;
}

function isElement(node: unknown): node is Element {
  return (
    typeof node === 'object' && node !== null && 'type' in node && node.type === 'tag' && 'attribs' in node
  );
}

function isText(node: unknown): node is { data: string } {
  return (
    typeof node === 'object' && node !== null && 'type' in node && node.type === 'text' && 'data' in node
  );
}
