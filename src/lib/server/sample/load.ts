import { Readable } from 'node:stream';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import { dayFromText, dayOfInstant, dayToText } from '#lib/domain/text/calendar-day.ts';
import {
  createSampleFirm,
  deleteSampleFirm,
  joinAdministrators,
  sampleFirms,
} from '#lib/server/accounts/sample-firms.ts';
import type { App } from '#lib/server/app.ts';
import { forgetRecords, forgetSampleCohorts } from '#lib/server/clearance/forget-records.ts';
import { importClearance, type ImportReport } from '#lib/server/clearance/import.ts';
import { asOperator, inFirm } from '#lib/server/db/tenancy.ts';
import { forgetSampleStates } from '#lib/server/eligibility/sample-register.ts';
import { programmes } from '#lib/server/reference/read.ts';
import type { SampleWorld } from './declarations.ts';
import { SAMPLE_MONTHS, sampleFiles, type SampleSpan } from './files.ts';
import { SAMPLE_FIRMS } from './firms.ts';
import { loadPortfolio, type LoadedPortfolio } from './load-portfolio.ts';

const FIRMS_AT_ONCE = 3;
const NO_PORTFOLIO: LoadedPortfolio = { products: 0, declarations: 0, decisions: 0 };

export type LoadedSample = LoadedPortfolio & {
  /** The last day of the sample. */
  until: string;
  /** The slug of the firm that the administrators came to belong to. */
  slug: string;
  firms: number;
  records: number;
  corrected: number;
  rejected: number;
  /** E-mail addresses of the administrators. */
  administrators: string[];
};

/**
 * Fills labelled sample firms through the same import as any file. A sample that is there is made anew, so
 * that a load which was cut short is mended by another. It ends with yesterday unless `until` says otherwise;
 * the same day gives the same records.
 */
export async function loadSample(
  app: App,
  given: { until?: string; months?: number } = {},
): Promise<LoadedSample> {
  const until = dayFromText(given.until ?? '') ?? dayOfInstant(app.now().getTime()) - 1;
  const span = { until, months: given.months ?? SAMPLE_MONTHS };
  const world = await worldOf(app);
  return alone(app, async () => {
    await removeFirms(app);
    const firms: Firm[] = [];
    for (const sample of SAMPLE_FIRMS) firms.push(await createSampleFirm(app.db, sample));
    const reports = await importAll(app, firms, { world, span });
    const sum = (name: 'accepted' | 'corrected' | 'rejected') =>
      reports.reduce((total, report) => total + report[name], 0);
    const [first] = firms;
    // Where whoever loads the sample comes to work; the others are there for numbers over all firms.
    const portfolio = first ? await loadPortfolio(app, first, until) : NO_PORTFOLIO;
    return {
      until: dayToText(until),
      slug: first?.slug ?? '',
      firms: firms.length,
      records: sum('accepted'),
      corrected: sum('corrected'),
      rejected: sum('rejected'),
      ...portfolio,
      administrators: first ? await joinAdministrators(app, first) : [],
    };
  });
}

/** A few firms at a time, so that connections are left for everybody else. */
async function importAll(
  app: App,
  firms: readonly Firm[],
  of: { world: SampleWorld; span: SampleSpan },
): Promise<ImportReport[]> {
  const waiting = [...firms.entries()];
  const reports: ImportReport[] = [];
  const workThrough = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, firm] = next;
      reports.push(...(await importInto(app, firm, { ...of, index })));
    }
  };
  // All of them come to an end before anything else is done, whichever of them failed.
  const ended = await Promise.allSettled(Array.from({ length: FIRMS_AT_ONCE }, workThrough));
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
  return reports;
}

async function importInto(
  app: App,
  firm: Firm,
  of: { index: number; world: SampleWorld; span: SampleSpan },
): Promise<ImportReport[]> {
  const reports: ImportReport[] = [];
  for (const { name, lines } of sampleFiles(of.world, of.index, of.span))
    reports.push(
      await importClearance(app, {
        firm,
        actor_id: null,
        format: 'csv',
        charset: 'utf-8',
        file_name: name,
        bytes: Readable.from([Buffer.from(lines.join('\n'))]),
      }),
    );
  return reports;
}

/** The firm of the sample that is shown first; null while no sample is loaded. */
export async function sampleFirmToShow(app: App): Promise<Firm | null> {
  return (await sampleFirms(app.db))[0] ?? null;
}

/** Removes the sample firms with all that is theirs, and nothing else. */
export function clearSample(app: App): Promise<{ firms: number }> {
  return alone(app, () => removeFirms(app));
}

async function removeFirms(app: App): Promise<{ firms: number }> {
  const firms = await sampleFirms(app.db);
  for (const firm of firms)
    await inFirm(app.db, firm.id, async (tx) => {
      await forgetRecords(tx, firm.id);
      await deleteSampleFirm(tx, firm.id);
    });
  await asOperator(app.db, async (tx) => {
    await forgetSampleCohorts(tx);
    await forgetSampleStates(tx);
  });
  return { firms: firms.length };
}

async function worldOf(app: App): Promise<SampleWorld> {
  const known = await programmes(app.db);
  return {
    programmes: known.flatMap(({ state, district_code, started_on }) => {
      const first_day = state === 'launched' ? dayFromText(started_on ?? '') : null;
      return first_day === null ? [] : [{ district: district_code, first_day }];
    }),
  };
}

/** Two loads at once would remove each other's firms half-way; the second one is told to wait. */
const SAMPLE_LOCK = 20_260_513;
export class SampleBusy extends Error {}

async function alone<T>(app: App, work: () => Promise<T>): Promise<T> {
  const client = await app.pool.pg.connect();
  try {
    const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [
      SAMPLE_LOCK,
    ]);
    if (!rows[0]?.taken) throw new SampleBusy('the sample is being loaded or cleared already');
    return await work();
  } finally {
    await client.query('select pg_advisory_unlock_all()').catch(() => {});
    client.release();
  }
}
