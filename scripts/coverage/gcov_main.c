// SPDX-License-Identifier: GPL-2.0-only
/*
 * Gcov as a module
 *
 * A kernel with CONFIG_GCOV_KERNEL calls the constructors of a module that is
 * loaded; they make its counters known. One without it does not, so that this
 * module does: it finds them by the name that gcc gives them. It cannot be
 * unloaded, since the counters of modules that are gone are kept here.
 */
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/string.h>

#include "gcov_main.h"

/* The counters' constructor of an object file, as gcc names it. */
#define CONSTRUCTOR	"_sub_I_"

static int sunmao_gcov_module(struct notifier_block *nb, unsigned long event, void *data)
{
	struct module *module = data;
	const struct mod_kallsyms *all;
	const Elf_Sym *symbol;
	unsigned int i;

	if (event != MODULE_STATE_COMING)
		return NOTIFY_OK;

	/* Nobody changes the table between here and the module's init. */
	all = rcu_dereference_raw(module->kallsyms);
	for (i = 1; i < all->num_symtab; i++) {
		symbol = &all->symtab[i];
		if (ELF_ST_TYPE(symbol->st_info) == STT_FUNC &&
		    str_has_prefix(all->strtab + symbol->st_name, CONSTRUCTOR))
			((void (*)(void))symbol->st_value)();
	}
	return NOTIFY_OK;
}

static struct notifier_block sunmao_gcov_notifier = {
	.notifier_call = sunmao_gcov_module,
};

static int __init sunmao_gcov_start(void)
{
	int ret = sunmao_gcov_init();

	if (!ret)
		ret = sunmao_gcov_fs_init();
	if (!ret)
		ret = register_module_notifier(&sunmao_gcov_notifier);
	return ret;
}
module_init(sunmao_gcov_start);

MODULE_DESCRIPTION("Line counters of instrumented modules in debugfs");
MODULE_LICENSE("GPL");
