import { getDiff, getSearch } from './comparing-api.ts';
import { getInstrument, getInstruments, postInstrument } from './instruments-api.ts';
import {
  getMapping,
  getRuleSetting,
  patchRuleSetting,
  postMappingApproval,
  postSplit,
  putMapping,
} from './keeping-api.ts';
import { getAkomaNtoso, getCalendar, getProof, getTimeline } from './reading-api.ts';
import {
  getInstrumentVersions,
  getVersion,
  getVersions,
  patchVersion,
  postApproval,
  postPublication,
  postVersion,
  postWithdrawal,
} from './versions-api.ts';

/** The operations on rules, in the order in which they are read. */
export const RULE_OPERATIONS = [
  getInstruments,
  postInstrument,
  getInstrument,
  getAkomaNtoso,
  getTimeline,
  getInstrumentVersions,
  postSplit,
  postVersion,
  getVersions,
  getVersion,
  patchVersion,
  postApproval,
  postPublication,
  postWithdrawal,
  getDiff,
  getProof,
  getSearch,
  getCalendar,
  getMapping,
  putMapping,
  postMappingApproval,
  getRuleSetting,
  patchRuleSetting,
];
