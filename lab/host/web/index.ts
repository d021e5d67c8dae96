// The order counts: what packages of Grafana read while they are loaded stands before the first of them.
import './publicPath';
import { startHost } from './startHost';

void startHost();
