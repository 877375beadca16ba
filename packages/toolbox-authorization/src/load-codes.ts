import { TEXT_CODES } from '@gatehouse/core'

const GRAMMAR_CODES = {
  /** Mend the XML at the place named: from there on nothing could be read. */
  'xml-malformed': 'not well-formed XML',
  /** Remove the document type declaration: nothing is fetched, and no entity is defined. */
  'xml-doctype': 'document type declaration',
  /** Write the character itself, or one of the five entities that XML has by itself. */
  'xml-entity': 'entity that XML does not have by itself',
  /** Remove the processing instruction. */
  'xml-processing-instruction': 'processing instruction',
  /** Save the file as XML 1.0 in UTF-8, or in ASCII. */
  'xml-declaration': 'neither XML 1.0 nor UTF-8 or US-ASCII',
  /** Look for a missing end tag: none of these files is nested so deeply. */
  'xml-too-deep': 'elements nested more deeply than the limit',
  /** Split the file: it has more elements than the limit. */
  'xml-too-many-elements': 'more elements than the limit',
  /** Remove attributes: the element has more than any that is known. */
  'xml-too-many-attributes': 'more attributes on an element than the limit',
  /** Keep one of the two. */
  'duplicate-attribute': 'attribute given twice on one element',
  /** Give the file as what it is: its outermost element belongs to another kind of file. */
  'unexpected-root': 'outermost element is another',
  /** Remove the element, or mend its name. */
  'unknown-element': 'element cannot stand here',
  /** Move the element to its place: the order is fixed. */
  'element-order': 'element stands behind one that has to follow it',
  /** Keep one of the two. */
  'element-repeated': 'element given twice',
  /** Remove the attribute, or mend its name. */
  'unknown-attribute': 'attribute that the element does not have',
  /** Add the attribute. */
  'attribute-missing': 'attribute is missing',
  /** Put the text into an element, or remove it. */
  'unexpected-text': 'text where only elements can stand',
  /** Write one of the values that the message lists. */
  'value-malformed': 'value cannot be what it has to be',
  /** Shorten it: nothing longer than 800 characters fits on a line whatever it holds. */
  'value-too-long': 'value is longer than the limit',
  /** Name the user or the user group, and not both. */
  'principal-ambiguous': 'neither or both of user and user group',
  /** Write user:toolbox:n:system or user:toolbox:g:group, and perhaps :Auto or :Manual; groups begin with U: . */
  'line-malformed': 'not a list line',
  /** Write a name without colon, without blanks at its ends, and not `*` or `U`. */
  'name-malformed': 'name is not of the form that names have',
  /** Begin with a letter; then letters, digits, blanks, `_` and `-`, 16 characters at most. */
  'toolbox-name-malformed': 'toolbox name is not of the form that toolbox names have',
  /** Leave All Tools as it is: it is always enabled. */
  'all-tools-fixed': 'All Tools cannot be changed',
  /** Merge toolboxes, or raise the limit knowingly. */
  'too-many-toolboxes': 'more toolboxes than the limit',
  /** Write one IPv4 address, or two with `-`, the lower one first; `;` between ranges. */
  'range-malformed': 'not a range of IPv4 addresses',
  /** Merge the two ranges. */
  'ranges-overlap': 'range overlaps another of the account',
  /** Merge the two definitions. */
  'already-defined': 'defined a second time',
  /** Define it, or mend the name. */
  'user-undefined': 'user is not defined',
  /** Define it, or mend the name. */
  'user-group-undefined': 'user group is not defined',
  /** Define it, or mend the name. */
  'toolbox-undefined': 'toolbox is not defined',
  /** Define it, or mend the name. */
  'system-undefined': 'system is not defined',
  /** Define it, or mend the name. */
  'group-undefined': 'group of systems is not defined',
  /** List the management server among the systems, or mend its name in the options. */
  'cms-undefined': 'management server is not among the systems',
  /** Give at least one user full configuration rights. */
  'no-full-rights-user': 'no user has full configuration rights',
  /** Use groups in place of wildcards and single systems. */
  'too-many-authorizations': 'more authorizations than the limit, wildcards resolved',
} as const

/** Codes of the errors that reading reports, with a fragment for each. Part of the interface. */
export const LOAD_CODES: typeof TEXT_CODES & typeof GRAMMAR_CODES = {
  ...TEXT_CODES,
  ...GRAMMAR_CODES,
}

/** A code of {@link LOAD_CODES}. */
export type LoadCode = keyof typeof LOAD_CODES
