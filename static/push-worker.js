// Shows what was pushed, and opens it: a title and an address of this installation, nothing else.
self.addEventListener('push', (event) => {
  const told = event.data ? event.data.json() : {};
  event.waitUntil(
    self.registration.showNotification(told.title || 'Greenlane', {
      tag: told.tag,
      data: { url: told.url },
      icon: '/favicon.svg',
    }),
  );
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const url = new URL(event.notification.data?.url || '/alerts', self.location.origin);
  // Whatever a message says, a click leads nowhere else.
  if (url.origin === self.location.origin) event.waitUntil(self.clients.openWindow(url.href));
});
