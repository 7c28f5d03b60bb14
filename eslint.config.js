// What eslint holds the scripts of the pages to. How modules fit together (names that are exported,
// no circle, each one used) is tests/pages/test_scripts.py's.

// What a page needs of a browser; the rules of calling need none of it.
const BROWSER = [
  "AbortSignal", "Blob", "Event", "TextDecoder", "TextEncoder", "URL", "URLSearchParams", "addEventListener", "atob", "btoa", "clearTimeout", "crypto", "dispatchEvent", "document", "fetch",
  "history", "localStorage", "location", "matchMedia", "navigator", "scrollTo", "setInterval", "setTimeout",
];
const FORM = "The one form is `import { a } from \"./x.js\";` first and `export { a };` last.";
const GIVEN = "The rules have no clock; `now` is given.";
const otherForms = [
  "ExportAllDeclaration", "ExportDefaultDeclaration", "ExportNamedDeclaration[declaration!=null]",
  "ExportNamedDeclaration[source!=null]", "ImportDefaultSpecifier", "ImportExpression", "ImportNamespaceSpecifier",
  "Program > ExportNamedDeclaration:not(:last-child)",
];
const rules = {
  "complexity": ["error", 12],
  "consistent-return": "error",
  "eqeqeq": "error",
  "no-redeclare": "error",
  "no-restricted-syntax": ["error", ...otherForms.map((selector) => ({ selector, message: FORM }))],
  "no-shadow": ["error", { builtinGlobals: false, hoist: "all" }],
  "no-undef": "error",
  "no-unused-vars": "error",
  "no-use-before-define": ["error", { functions: false, variables: false }],
  "no-var": "error",
  "prefer-const": "error",
};

export default [
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  {
    files: ["monitor/calling/page/*.js"],
    languageOptions: { ecmaVersion: 2023, sourceType: "module" },
    rules: {
      ...rules,
      "no-restricted-properties": ["error", { object: "Date", property: "now", message: GIVEN }],
      "no-restricted-syntax": [
        ...rules["no-restricted-syntax"],
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: GIVEN },
      ],
    },
  },
  {
    files: ["monitor/pages/scripts/**/*.js"],
    languageOptions: {
      ecmaVersion: 2023,
      sourceType: "module",
      globals: Object.fromEntries(BROWSER.map((name) => [name, "readonly"])),
    },
    rules,
  },
];
