/** The custom identifier of the credentials of a connection test, by which usage tells them apart and they are revoked. */
export function connectionTestIdentifier(id: string): string {
  return `connection-test-${id}`;
}
