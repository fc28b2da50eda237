export const retry = (n: number) => n > 0;
