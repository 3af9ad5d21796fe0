import { z } from 'zod';
import { ALERT_OPERATIONS } from '#lib/server/alerts/operations.ts';
import { getBaselines, patchBaseline, postBaseline } from '#lib/server/clearance/baselines-api.ts';
import { getHonesty, getMetrics } from '#lib/server/clearance/hours-api.ts';
import { getClearanceSettings, patchClearanceSettings } from '#lib/server/clearance/settings-api.ts';
import {
  getImport,
  getImportErrors,
  getImportErrorsWorkbook,
  getImports,
  postImport,
  postImportPreview,
  putImportColumns,
} from '#lib/server/clearance/imports-api.ts';
import { getRecord, getRecords } from '#lib/server/clearance/records-api.ts';
import {
  deleteReceiptReading,
  getReceiptCodes,
  getReceiptVendors,
  putReceiptCode,
  putReceiptReading,
  putReceiptVendor,
} from '#lib/server/clearance/receipts-api.ts';
import { CODE_OPERATIONS } from '#lib/server/codes/codes-api.ts';
import { DECISION_OPERATIONS } from '#lib/server/eligibility/decisions-api.ts';
import { getDocument, getDocumentContent, postDocument } from '#lib/server/documents/api.ts';
import { getVersionImpact } from '#lib/server/eligibility/impact-api.ts';
import { postWhatIf } from '#lib/server/eligibility/what-if-api.ts';
import { PORTFOLIO_OPERATIONS } from '#lib/server/eligibility/portfolio-operations.ts';
import { SOURCE_OPERATIONS } from '#lib/server/watch/source-operations.ts';
import { RULE_OPERATIONS } from '#lib/server/rules/operations.ts';
import { WATCH_OPERATIONS } from '#lib/server/watch/watch-operations.ts';
import { openApiDocument } from './openapi.ts';
import { operation, type Operation } from './operation.ts';

/** An operation whose types of input no longer matter: for lists, not for running. */
export type ListedOperation = Omit<Operation<never, never, never>, 'params' | 'query' | 'body' | 'run'> & {
  params?: z.ZodType;
  query?: z.ZodType;
  body?: z.ZodType;
};

export const getOpenApi = operation({
  method: 'get',
  path: '/openapi.json',
  tag: 'Operation',
  summary: 'This contract as OpenAPI 3.1',
  access: 'public',
  response: {
    description: 'The document.',
    schema: z.looseObject({ openapi: z.string() }),
  },
  run: async () => openApiDocument(OPERATIONS),
});

/**
 * Every operation of the published contract, in the order in which it is read. A test compares this list
 * with the route files, so that neither has an entry that the other lacks.
 */
export const OPERATIONS: readonly ListedOperation[] = [
  postImport,
  postImportPreview,
  putImportColumns,
  getImports,
  getImport,
  getImportErrors,
  getImportErrorsWorkbook,
  getRecords,
  getRecord,
  getReceiptVendors,
  putReceiptVendor,
  getReceiptCodes,
  putReceiptCode,
  putReceiptReading,
  deleteReceiptReading,
  getMetrics,
  getHonesty,
  getClearanceSettings,
  patchClearanceSettings,
  getBaselines,
  postBaseline,
  patchBaseline,
  ...SOURCE_OPERATIONS,
  ...WATCH_OPERATIONS,
  ...RULE_OPERATIONS,
  postWhatIf,
  getVersionImpact,
  ...DECISION_OPERATIONS,
  ...CODE_OPERATIONS,
  ...PORTFOLIO_OPERATIONS,
  ...ALERT_OPERATIONS,
  postDocument,
  getDocument,
  getDocumentContent,
  getOpenApi,
];
