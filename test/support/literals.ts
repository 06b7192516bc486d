import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** A string, a part of a template, or a regular expression of a source file; imports are left out. */
export interface Literal {
  kind: 'text' | 'pattern';
  text: string;
}

/** Every literal of a TypeScript file, in order; comments are none. */
export function literalsOf(file: URL): Literal[] {
  const found: Literal[] = [];
  function visit(node: ts.Node): void {
    if (ts.isImportDeclaration(node)) return;
    if (ts.isRegularExpressionLiteral(node)) found.push({ kind: 'pattern', text: node.text });
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node))
      found.push({ kind: 'text', text: node.text });
    ts.forEachChild(node, visit);
  }
  visit(ts.createSourceFile(file.pathname, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest));
  return found;
}
