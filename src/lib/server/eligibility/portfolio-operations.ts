import { deleteSupplierRequest, getSupplierRequests, postSupplierRequest } from './supplier-requests-api.ts';
import { postReportExtract } from './extract-api.ts';
import {
  getRejectedRows,
  getTemplate,
  postGlossaryImport,
  postLabImport,
  postMaterialImport,
  postProductImport,
} from './intake-api.ts';
import { GLOSSARY_OPERATIONS } from './glossary-api.ts';
import { getLab, getLabs, patchLab, postLab } from './labs-api.ts';
import {
  deleteMaterialOperation,
  getMaterial,
  getMaterials,
  getMissingMaterials,
  patchMaterial,
  postMaterial,
} from './materials-api.ts';
import {
  deleteProductOperation,
  getProduct,
  getProducts,
  patchProduct,
  postProduct,
} from './products-api.ts';
import { getRunway } from './runway-api.ts';
import { deleteReportOperation, getReport, getReports, patchReport, postReport } from './reports-api.ts';

/** The operations on what a firm can prove, and on the register of laboratories, in the order in which they are read. */
export const PORTFOLIO_OPERATIONS = [
  getProducts,
  postProduct,
  postProductImport,
  getRunway,
  getProduct,
  patchProduct,
  deleteProductOperation,
  getReports,
  postReport,
  postReportExtract,
  getReport,
  patchReport,
  deleteReportOperation,
  getMaterials,
  getMissingMaterials,
  postMaterial,
  postMaterialImport,
  getMaterial,
  patchMaterial,
  deleteMaterialOperation,
  getSupplierRequests,
  postSupplierRequest,
  deleteSupplierRequest,
  getLabs,
  postLab,
  getLab,
  patchLab,
  postLabImport,
  ...GLOSSARY_OPERATIONS,
  postGlossaryImport,
  getRejectedRows,
  getTemplate,
];
