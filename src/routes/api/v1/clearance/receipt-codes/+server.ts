import { respond } from '#lib/server/http/operation.ts';
import { getReceiptCodes } from '#lib/server/clearance/receipts-api.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = (event) => respond(getReceiptCodes, event);
