// Opens pages in Chromium and reports what axe finds: `node tests/axe.mjs briefing/index.html briefing/*.html`.
//
// Needs `npm install axe-core puppeteer-core` in the folder that AXE names (default: the current one), and Chromium (CHROMIUM, default
// /usr/bin/chromium). Every page is looked at wide and narrow, light and dark, and in each view. Exit code 1 if anything is found.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const require = createRequire(resolve(process.env.AXE ?? '.', 'x.js'));
const puppeteer = require('puppeteer-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
let found = 0;
for (const file of process.argv.slice(2)) {
  for (const [width, scheme, view] of [
    [1440, 'light', ''],
    [390, 'dark', ''],
    [1440, 'dark', '#doubts'],
    [390, 'light', '#english'],
  ]) {
    const page = await browser.newPage();
    await page.setBypassCSP(true);
    await page.setViewport({ width, height: 900 });
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await page.goto(pathToFileURL(resolve(file)).href);
    const errors = [];
    page.on('pageerror', (error) => errors.push(error.message));
    if (view) await page.evaluate((id) => document.querySelector(id)?.click(), view);
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => window.axe.run());
    for (const { id, help, nodes } of violations) {
      found += 1;
      console.log(`${file} ${width} ${scheme} ${view}: ${id}: ${help} (${nodes.length}): ${nodes[0].html.slice(0, 120)}`);
    }
    for (const error of errors) console.log(`${file}: ${error}`);
    found += errors.length;
    await page.close();
  }
}
await browser.close();
console.log(found ? `${found} findings` : 'no findings');
process.exit(found ? 1 : 0);
