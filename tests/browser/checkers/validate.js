// Reads {name: html} from standard input and writes what html-validate finds in each, as a list of sentences.
import { readFileSync } from 'node:fs';
import { HtmlValidate, StaticConfigLoader } from 'html-validate';

const rules = JSON.parse(readFileSync(new URL('rules.json', import.meta.url), 'utf8'));
const judge = new HtmlValidate(new StaticConfigLoader(rules));
const found = [];
for (const [name, html] of Object.entries(JSON.parse(readFileSync(0, 'utf8')))) {
  const { results } = await judge.validateString(html, name);
  for (const { messages } of results) {
    for (const { ruleId, message, line, column, selector } of messages) {
      const at = html.split('\n')[line - 1].slice(Math.max(0, column - 40), column + 100).trim();
      found.push(`${name}: ${ruleId}: ${message} at ${selector}: ${at}`);
    }
  }
}
console.log(JSON.stringify(found));
