import { testDashboardPages } from './dashboard-pages.suite.ts';

testDashboardPages('dark');
