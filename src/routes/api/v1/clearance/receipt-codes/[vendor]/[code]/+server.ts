import { respond } from '#lib/server/http/operation.ts';
import { putReceiptCode } from '#lib/server/clearance/receipts-api.ts';
import type { RequestHandler } from './$types';

export const PUT: RequestHandler = (event) => respond(putReceiptCode, event);
