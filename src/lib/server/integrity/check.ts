import { findAuditFaults } from '#lib/server/audit/check-audit.ts';
import { findDeliveryFaults } from '#lib/server/alerts/check-deliveries.ts';
import { findCohortDifferences } from '#lib/server/clearance/check-cohorts.ts';
import { findOrphans } from '#lib/server/clearance/check-orphans.ts';
import { findRollupDifferences } from '#lib/server/clearance/check-rollup.ts';
import { findChainFaults } from '#lib/server/rules/check-chain.ts';
import type { CheckContext, Finding, IntegrityCheck } from './finding.ts';

/** In this order: what a check mends may be what a later one would find. */
export const CHECKS: readonly IntegrityCheck[] = [
  { name: 'rules', find: findChainFaults },
  { name: 'audit log', find: findAuditFaults },
  { name: 'deliveries', find: findDeliveryFaults },
  { name: 'records', find: findOrphans },
  { name: 'rollup', find: findRollupDifferences },
  { name: 'numbers over all firms', find: findCohortDifferences },
];

export type CheckReport = { findings: number; mended: number };

type Listener = {
  found: (finding: Finding) => void;
  /** After each check: how many it found, and what it looked at. */
  checked: (name: string, result: { findings: number; seen: string }) => void;
};

/**
 * Runs every check and tells each finding as it comes. With `repairs`, what a check found is mended before the
 * next one runs; each cause once, however many findings it has.
 */
export async function checkIntegrity(
  context: CheckContext,
  { repairs, found, checked }: Listener & { repairs: boolean },
): Promise<CheckReport> {
  const report = { findings: 0, mended: 0 };
  for (const check of CHECKS) {
    const mends = new Map<string, { run: () => Promise<void>; findings: number }>();
    let findings = 0;
    const finder = check.find(context);
    let step = await finder.next();
    for (; !step.done; step = await finder.next()) {
      findings += 1;
      found(step.value);
      const { mend } = step.value;
      if (mend) mends.set(mend.key, { run: mend.run, findings: (mends.get(mend.key)?.findings ?? 0) + 1 });
    }
    report.findings += findings;
    checked(check.name, { findings, seen: step.value });
    if (!repairs) continue;
    for (const mend of mends.values()) {
      await mend.run();
      report.mended += mend.findings;
    }
  }
  return report;
}
