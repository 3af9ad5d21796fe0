import { sql } from 'kysely';
import type { Db } from '#lib/server/db/connect.ts';
import type { CheckContext, Finding } from '#lib/server/integrity/finding.ts';
import {
  chainHead,
  contentHash,
  CONTENT_COLUMNS,
  linkHash,
  type AuditContent,
  type Link,
} from './content.ts';

const LINKS_AT_ONCE = 2_000;
/** Rows that stand in no link, named one by one; more of them is one and the same event. */
const LOOSE_NAMED_MAX = 100;

/** Whether every sealed row is what was sealed, and no link was changed, put in or taken out. Nothing mends it. */
export async function* findAuditFaults({ worker }: CheckContext): AsyncGenerator<Finding, string> {
  const head = await chainHead(worker.db, 'look');
  let last = { sequence: 0, sha256: '0'.repeat(64) };
  let erased = 0;
  for (;;) {
    const links = await linksAfter(worker.db, last.sequence, head.sequence);
    if (links.length === 0) break;
    for (const link of links) {
      const { sequence, is_erased, content } = link;
      if (sequence !== last.sequence + 1)
        yield fault(`links ${last.sequence + 1} to ${sequence - 1} are gone`);
      else if (link.previous_sha256 !== last.sha256)
        yield fault(`link ${sequence} does not follow the one before`);
      if (linkHash(link) !== link.sha256) yield fault(`link ${sequence} was changed`);
      if (content === null) yield fault(`row ${link.entry_id} of link ${sequence} is gone`);
      else if (is_erased) erased += 1;
      else if (contentHash(content) !== link.content_sha256)
        yield fault(
          `row ${link.entry_id} (${content.action}, ${content.occurred_at}) was changed, link ${sequence}`,
        );
      last = { sequence, sha256: link.sha256 };
    }
  }
  if (last.sequence !== head.sequence || last.sha256 !== head.sha256)
    yield fault(`the chain ends at link ${last.sequence}, its head says ${head.sequence}`);
  for (const id of await looseRows(worker.db, head.sequence))
    yield fault(`row ${id} names a link that is not its own`);
  const waiting = await countWaiting(worker.db);
  return `${last.sequence} rows up to ${last.sha256}${erased ? `, ${erased} erased by law` : ''}${waiting ? `, ${waiting} not sealed yet` : ''}`;
}

function fault(what: string): Finding {
  return { sentence: `The audit log: ${what}.`, mend: null };
}

type StoredLink = Link & { sha256: string; is_erased: boolean; content: AuditContent | null };

async function linksAfter(db: Db, after: number, until: number): Promise<StoredLink[]> {
  type Row = Omit<AuditContent, 'id'> & {
    id: string | null;
    link_sequence: string;
    entry_id: string;
    content_sha256: string;
    previous_sha256: string;
    sha256: string;
    is_erased: boolean | null;
  };
  const { rows } = await sql<Row>`
    select l.sequence as link_sequence, l.entry_id, l.content_sha256, l.previous_sha256, l.sha256,
           e.erased_at is not null as is_erased, ${CONTENT_COLUMNS}
    from audit_link l left join audit_entry e on e.id = l.entry_id
    where l.sequence > ${after} and l.sequence <= ${until} order by l.sequence limit ${LINKS_AT_ONCE}`.execute(
    db,
  );
  return rows.map(
    ({ link_sequence, entry_id, content_sha256, previous_sha256, sha256, is_erased, id, ...rest }) => ({
      ...{ sequence: Number(link_sequence), entry_id, content_sha256, previous_sha256, sha256 },
      is_erased: is_erased ?? false,
      content: id === null ? null : { id, ...rest },
    }),
  );
}

/** Rows that say they are sealed, and are in no link or in another's. */
async function looseRows(db: Db, until: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select e.id from audit_entry e left join audit_link l on l.entry_id = e.id and l.sequence = e.sequence
    where e.sequence <= ${until} and l.sequence is null order by e.sequence limit ${LOOSE_NAMED_MAX}`.execute(
    db,
  );
  return rows.map(({ id }) => id);
}

async function countWaiting(db: Db): Promise<number> {
  const { rows } = await sql<{ n: string }>`
    select count(*) as n from audit_entry where sequence is null`.execute(db);
  return Number(rows[0]?.n ?? 0);
}
