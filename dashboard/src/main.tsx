import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { followTheme } from './app/preferences.ts';
import { queryClient } from './app/query-client.ts';
import { router } from './app/router.tsx';
import './ui/tokens.css';
import './ui/base.css';
import './ui/controls.css';
import './ui/layout.css';

followTheme();

const container = document.getElementById('root');
if (container !== null) {
  createRoot(container).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  );
}
