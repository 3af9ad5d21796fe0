import type { AnnexLine } from '#lib/domain/rules/annex.ts';
import type { CheckCode, EligibilityParameters } from '#lib/domain/rules/parameters.ts';
import type { LabRecord } from '#lib/domain/eligibility/lab.ts';
import type { VersionRef } from './verdict.ts';

/** A version of the programme's rule, and whether it is in force on the day of declaration. */
export type ProgrammeRule =
  | {
      /** `before_first`: the first version takes force later; its conditions are checked all the same. */
      state: 'in_force' | 'before_first' | 'expired';
      version: VersionRef;
      valid_to: string | null;
      parameters: EligibilityParameters;
    }
  | { state: 'repealed' | 'without_parameters'; version: VersionRef }
  /** No version was published by the moment that is asked about. */
  | { state: 'nothing_known' };

/** What is known of the standard that the rule asks for: its annex, and clauses that wait for interpretation. */
export type StandardRule = {
  version: VersionRef;
  annex: readonly AnnexLine[];
  /** Paths of provisions whose interpretation is pending on the day of declaration. */
  pending: readonly string[];
};

export type RuleSet = { programme: ProgrammeRule; standard: StandardRule | null };

export type CategoryRecord = {
  slug: string;
  name: string | null;
  name_zh: string | null;
  aliases: readonly string[];
  /** HS codes or headings that are plausible for it; several, because sources disagree. */
  hs_candidates: readonly string[];
};

/** The registers as they were recorded at one moment. */
export type Register = {
  /** By `CNAS L0290`. Without an entry nothing is known of a laboratory. */
  labs: ReadonlyMap<string, readonly LabRecord[]>;
  categories: readonly CategoryRecord[];
};

/** A rule that can be computed with. */
export type ActiveRule = {
  state: 'in_force' | 'before_first' | 'expired';
  programme: VersionRef;
  valid_to: string | null;
  parameters: EligibilityParameters;
  standard: StandardRule | null;
  register: Register;
};

export function blocks(rule: Pick<ActiveRule, 'parameters'>, code: CheckCode): boolean {
  return rule.parameters.blocks[code] !== false;
}

/** The version that sets the requirements of the standard; the programme's where the standard has none here. */
export function versionOfStandard(rule: ActiveRule): string {
  return rule.standard?.version.version_id ?? rule.programme.version_id;
}
