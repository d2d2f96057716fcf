package dev.closeout.config;

/**
 * Section {@code auth}: how those who come show who they are.
 *
 * @param jwt tokens that an identity provider has signed
 */
public record AuthSection(JwtSection jwt) {}
