import { render } from 'preact';
import { Page } from './page';
import './styles/page.css';

const place = document.getElementById('page');
if (place !== null) render(<Page />, place);
