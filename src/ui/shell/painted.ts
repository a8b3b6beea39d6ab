/**
 * Resolves when what was last rendered is on the screen. Awaited before work that holds the page still for a moment (deriving
 * a key takes half a second), so that the answer to a press is seen first.
 */
export function painted(): Promise<void> {
  return new Promise((resolve) => {
    // A page in the background paints nothing: it goes on after the second timer.
    const late = setTimeout(resolve, 100);
    requestAnimationFrame(() =>
      setTimeout(() => {
        clearTimeout(late);
        resolve();
      }),
    );
  });
}
