import { renderMarkdown } from '@grafana/data';

// Whoever opens a case would tell the servers of these that they did.
const loaded = 'img, picture, source, video, audio, track, iframe, object, embed, svg, image, input[src], link, style';

/**
 * Renders Markdown that people typed. Grafana's sanitizer takes out what could run; pictures and styles are taken out here, so
 * that nothing is loaded from elsewhere: of a picture its words and its address stay.
 */
export function renderTyped(markdown: string): string {
  const { body } = new DOMParser().parseFromString(renderMarkdown(markdown), 'text/html');
  for (const element of body.querySelectorAll(loaded)) {
    const words = [element.getAttribute('alt'), element.getAttribute('src')].filter(Boolean).join(' ');
    element.replaceWith(words);
  }
  for (const element of body.querySelectorAll('[style], [background]')) {
    element.removeAttribute('style');
    element.removeAttribute('background');
  }
  return body.innerHTML;
}
