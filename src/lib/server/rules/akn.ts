import type { Law } from './law.ts';
import type { StoredInstrument, StoredProvision, StoredVersion } from './version.ts';

/** The languages of the Akoma Ntoso naming convention (ISO 639-2). */
const LANGUAGE_CODES: Record<string, string> = { 'zh-CN': 'zho', en: 'eng' };
const NAMESPACE = 'http://docs.oasis-open.org/legaldocml/ns/akn/3.0';
/** What the standard has no place for: our record of the version, and pending interpretations. */
const OWN_NAMESPACE = 'urn:greenlane:rules';

/** Names of the levels of a text; deeper ones are paragraphs too. */
const LEVELS = ['section', 'subsection', 'paragraph'] as const;

/**
 * The version in force as Akoma Ntoso 3.0 (OASIS LegalDocML), addressed as its naming convention wants:
 * `/akn/cn-ningbo/act/notice/customs/2026-05-13/17/zho@2026-05-13`. In the language of the original, or with
 * the translations in place of the texts that have one.
 */
export function akomaNtoso(law: Law & { version: StoredVersion }, language: string): string {
  const { instrument, version } = law;
  const lines = [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    `<akomaNtoso xmlns="${NAMESPACE}">`,
    `<act name="${instrument.kind}" contains="singleVersion">`,
    `<meta>`,
    ...identification(law, language),
    ...lifecycle(version),
    ...references(instrument),
    ...proprietary(version),
    `</meta>`,
    `<preface><p>${docNumber(instrument)}<docTitle>${escaped(titleIn(version, instrument, language))}</docTitle></p></preface>`,
    `<body>`,
    ...body(version, instrument, language),
    `</body>`,
    `</act>`,
    `</akomaNtoso>`,
  ];
  return `${lines.join('\n')}\n`;
}

/** The address of the work, without language and day. */
export function workIri(instrument: StoredInstrument): string {
  const { jurisdiction, kind, issued_on, work_number, slug, authorities } = instrument;
  const place = jurisdiction.split('-').slice(1).join('-');
  const lead = authorities[0]?.slug ?? 'unknown';
  // In its own jurisdiction Ningbo Customs is "customs", as the convention's examples have it.
  const author = place !== '' && lead.startsWith(`${place}-`) ? lead.slice(place.length + 1) : lead;
  const parts = ['/akn', jurisdiction, 'act', kind, author, ...(issued_on ? [issued_on] : [])];
  return [...parts, work_number ?? slug].join('/');
}

function identification(
  { instrument, version }: Law & { version: StoredVersion },
  language: string,
): string[] {
  const work = workIri(instrument);
  const from = version.valid_from ?? instrument.issued_on ?? dayOf(version.recorded_at);
  const expression = `${work}/${codeOf(language)}@${from}`;
  const author = `<FRBRauthor href="#${escaped(instrument.authorities[0]?.slug ?? 'unknown')}" as="#author"/>`;
  const is_translated = language !== instrument.language;
  return [
    `<identification source="#greenlane">`,
    `<FRBRWork>`,
    ...addressed(work, ''),
    ...(instrument.document_no === null
      ? []
      : [`<FRBRalias value="${escaped(instrument.document_no)}" name="document_no"/>`]),
    `<FRBRdate date="${instrument.issued_on ?? from}" name="${instrument.issued_on ? 'issued' : 'first known'}"/>`,
    author,
    `<FRBRcountry value="${instrument.jurisdiction.slice(0, 2)}"/>`,
    `<FRBRsubtype value="${instrument.kind}"/>`,
    `<FRBRnumber value="${escaped(instrument.work_number ?? instrument.slug)}"/>`,
    `<FRBRname value="${escaped(version.title)}"/>`,
    `<FRBRprescriptive value="${instrument.kind !== 'guideline'}"/>`,
    `<FRBRauthoritative value="false"/>`,
    `</FRBRWork>`,
    `<FRBRExpression>`,
    ...addressed(expression, ''),
    `<FRBRdate date="${from}" name="in force from"/>`,
    author,
    `<FRBRversionNumber value="${escaped(version.label)}"/>`,
    `<FRBRlanguage language="${codeOf(language)}"/>`,
    ...(is_translated
      ? [
          `<FRBRtranslation href="${work}/${codeOf(instrument.language)}@${from}" fromLanguage="${codeOf(instrument.language)}" authoritative="false" by="#greenlane"/>`,
        ]
      : []),
    `</FRBRExpression>`,
    `<FRBRManifestation>`,
    ...addressed(expression, '.xml'),
    `<FRBRdate date="${dayOf(version.recorded_at)}" name="recorded"/>`,
    `<FRBRauthor href="#greenlane" as="#editor"/>`,
    `<FRBRformat value="application/akn+xml"/>`,
    `</FRBRManifestation>`,
    `</identification>`,
  ];
}

function addressed(iri: string, ending: string): string[] {
  return [`<FRBRthis value="${iri}/!main${ending}"/>`, `<FRBRuri value="${iri}${ending}"/>`];
}

function lifecycle(version: StoredVersion): string[] {
  const { valid_from, valid_to, issued_on } = version;
  const events = [
    ...(issued_on ? [{ date: issued_on, type: 'generation' }] : []),
    ...(valid_from ? [{ date: valid_from, type: issued_on ? 'amendment' : 'generation' }] : []),
    ...(valid_to ? [{ date: valid_to, type: 'repeal' }] : []),
  ];
  if (events.length === 0) return [];
  return [
    `<lifecycle source="#greenlane">`,
    ...events.map(
      ({ date, type }, index) =>
        `<eventRef eId="e${index + 1}" date="${date}" source="#greenlane" type="${type}"/>`,
    ),
    `</lifecycle>`,
  ];
}

function references({ authorities, jurisdiction }: StoredInstrument): string[] {
  return [
    `<references source="#greenlane">`,
    ...authorities.map(
      ({ slug, name, name_zh }) =>
        `<TLCOrganization eId="${slug}" href="/akn/ontology/organization/${jurisdiction.slice(0, 2)}/${slug}" showAs="${escaped(name_zh ?? name ?? slug)}"/>`,
    ),
    `<TLCOrganization eId="greenlane" href="/akn/ontology/organization/greenlane" showAs="Greenlane"/>`,
    `<TLCRole eId="author" href="/akn/ontology/role/author" showAs="Author"/>`,
    `<TLCRole eId="editor" href="/akn/ontology/role/editor" showAs="Editor"/>`,
    `</references>`,
  ];
}

function proprietary(version: StoredVersion): string[] {
  const attributes = {
    id: version.id,
    recorded_at: version.recorded_at?.toISOString() ?? '',
    sequence: String(version.sequence ?? ''),
    content_sha256: version.content_sha256,
    confirmed: String(version.confirmed),
    without_text: String(version.without_text),
  };
  const listed = Object.entries(attributes).map(([name, value]) => ` ${name}="${escaped(value)}"`);
  return [
    `<proprietary source="#greenlane" xmlns:gl="${OWN_NAMESPACE}">`,
    `<gl:version${listed.join('')}/>`,
    ...version.relations.map(
      ({ kind, to_slug, paths }) =>
        `<gl:relation kind="${kind}" to="${to_slug}"${paths.length > 0 ? ` paths="${escaped(paths.join(' '))}"` : ''}/>`,
    ),
    ...version.provisions
      .filter(({ status, confirmed }) => status !== null || !confirmed)
      .map(
        ({ path, status, confirmed }) =>
          `<gl:provision path="${escaped(path)}"${status ? ` status="${status}"` : ''} confirmed="${confirmed}"/>`,
      ),
    `</proprietary>`,
  ];
}

type Node = { provision: StoredProvision; children: Node[] };

/** A body holds at least one element; of a version whose text is not held, that is one that says nothing. */
function body(version: StoredVersion, instrument: StoredInstrument, language: string): string[] {
  if (version.provisions.length === 0)
    return [`<section eId="sec_1" status="incomplete"><content><p/></content></section>`];
  return nested(version.provisions).flatMap((node) => element(node, { language, instrument, depth: 0 }));
}

/** Provisions below the nearest one whose path begins theirs: 4.12.1 in 4.12 in 4. */
function nested(provisions: readonly StoredProvision[]): Node[] {
  const roots: Node[] = [];
  const by_path = new Map<string, Node>();
  for (const provision of provisions) {
    const node = { provision, children: [] };
    const parts = provision.path.split('.');
    let parent: Node | undefined;
    for (let length = parts.length - 1; length > 0 && !parent; length -= 1)
      parent = by_path.get(parts.slice(0, length).join('.'));
    (parent?.children ?? roots).push(node);
    by_path.set(provision.path, node);
  }
  return roots;
}

function element(
  { provision, children }: Node,
  context: { language: string; instrument: StoredInstrument; depth: number },
): string[] {
  const name = LEVELS[Math.min(context.depth, LEVELS.length - 1)] ?? 'paragraph';
  const is_translated = provision.language !== context.language && provision.translation !== null;
  const text = is_translated ? (provision.translation ?? '') : provision.text;
  const title =
    provision.language !== context.language
      ? (provision.title_translation ?? provision.title)
      : provision.title;
  const shown = is_translated ? context.language : provision.language;
  const status = provision.text === '' ? ' status="incomplete"' : '';
  const language = shown === context.language ? '' : ` xml:lang="${shown}"`;
  const inner = children.flatMap((child) => element(child, { ...context, depth: context.depth + 1 }));
  return [
    `<${name} eId="sec_${idPart(provision.path)}"${status}${language}>`,
    `<num>${escaped(provision.path)}</num>`,
    ...(title === null ? [] : [`<heading>${escaped(title)}</heading>`]),
    ...(inner.length === 0
      ? ['<content>', ...blocks(text), '</content>']
      : [...(text === '' ? [] : ['<intro>', ...blocks(text), '</intro>']), ...inner]),
    `</${name}>`,
  ];
}

/** Lines are paragraphs; lines with tabs are rows of a table. */
function blocks(text: string): string[] {
  const found: string[] = [];
  let rows: string[] = [];
  const endTable = () => {
    if (rows.length > 0) found.push(`<table>`, ...rows, `</table>`);
    rows = [];
  };
  for (const line of text.split('\n').filter((one) => one.trim() !== '')) {
    if (line.includes('\t')) {
      rows.push(
        `<tr>${line
          .split('\t')
          .map((cell) => `<td><p>${escaped(cell.trim())}</p></td>`)
          .join('')}</tr>`,
      );
      continue;
    }
    endTable();
    found.push(`<p>${escaped(line)}</p>`);
  }
  endTable();
  return found.length > 0 ? found : ['<p/>'];
}

function docNumber({ document_no }: StoredInstrument): string {
  return document_no === null ? '' : `<docNumber>${escaped(document_no)}</docNumber> `;
}

function titleIn(version: StoredVersion, instrument: StoredInstrument, language: string): string {
  return language === instrument.language ? version.title : (version.title_translation ?? version.title);
}

function codeOf(language: string): string {
  return LANGUAGE_CODES[language] ?? 'und';
}

/** The day in UTC on which it was recorded. */
function dayOf(instant: Date | null): string {
  return (instant ?? new Date(0)).toISOString().slice(0, 10);
}

/** Ids hold neither dots nor blanks: levels are parted by a hyphen, as the naming convention has it. */
function idPart(path: string): string {
  return path
    .replaceAll('-', '_')
    .replaceAll('.', '-')
    .replace(/[^\w-]+/g, '_');
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
/** Characters that XML 1.0 has no way to write. */
const UNWRITABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

function escaped(text: string): string {
  return text.replace(UNWRITABLE, '').replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}
