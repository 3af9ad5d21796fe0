import { respond } from '#lib/server/http/operation.ts';
import { deleteReceiptReading, putReceiptReading } from '#lib/server/clearance/receipts-api.ts';
import type { RequestHandler } from './$types';

export const PUT: RequestHandler = (event) => respond(putReceiptReading, event);
export const DELETE: RequestHandler = (event) => respond(deleteReceiptReading, event);
