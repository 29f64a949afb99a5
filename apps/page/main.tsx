import { render } from 'preact';
import { readFirst } from './first-reads';
import { Page } from './page';
import './styles/page.css';

const place = document.getElementById('page');
if (place !== null) {
  readFirst(location.search);
  render(<Page />, place);
}
