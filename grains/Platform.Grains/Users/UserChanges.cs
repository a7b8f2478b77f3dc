namespace Platform.Grains.Users;

/// <summary>Changes of a user that take rights away, the same whether a grain or a command makes them (invariant 2).</summary>
internal static class UserChanges
{
    /// <summary>Makes or replaces a user of the local directory.</summary>
    public static UserState Define(UserState? existing, LocalUserDefinition definition)
    {
        var next = (existing ?? new UserState()) with
        {
            UserName = definition.UserName,
            DisplayName = definition.DisplayName,
            Mail = definition.Mail,
            PasswordHash = definition.PasswordHash,
            Disabled = definition.Disabled,
        };

        // Whoever knew the old password, or was let in before, has to log in anew.
        return existing is not null && (definition.Disabled || definition.PasswordHash != existing.PasswordHash)
            ? next with { Epoch = existing.Epoch + 1, Sessions = [] }
            : next;
    }

    /// <summary>Disables the user, which ends all sessions, or enables them again.</summary>
    public static UserState SetDisabled(UserState state, bool disabled) => disabled
        ? state with { Disabled = true, Epoch = state.Epoch + 1, Sessions = [] }
        : state with { Disabled = false };
}
